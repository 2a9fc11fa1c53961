import { UserError } from '../user-error.ts'

/** Throws 422 `PASSWORD_WEAK` for a password that is too short, or equal to the name. No other rules: length is what counts. */
export function checkPassword(name: string, password: string): void {
  const problem =
    [...password].length < 8
      ? 'A password has at least 8 characters.'
      : password.toLowerCase() === name.toLowerCase()
        ? 'A password is not the name itself.'
        : undefined
  if (problem)
    throw new UserError(422, 'PASSWORD_WEAK', `${problem} Three or four words make a good one.`, {
      problems: [{ code: 'PASSWORD_WEAK', field: 'password', message: problem }],
    })
}
