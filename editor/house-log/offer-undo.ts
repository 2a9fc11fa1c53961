import { type OwnHouseChange, useOwnHouseChanges } from '../api/house-changes.ts'
import { textsIn } from '../i18n/define-texts.ts'
import { currentLanguage } from '../i18n/language.ts'
import { notify, offerWithNextToast } from '../ui/toast.tsx'
import { houseLogTitles } from './titles.ts'
import { undoHouseChange } from './undo-house.ts'

/** The page may say itself what was done; if it does not, this does. */
const WAIT_MS = 400

/** Offers to undo what was just done to the house, in the message that says it. Answers how to stop. */
export const offerUndo = (): (() => void) =>
  useOwnHouseChanges.subscribe(({ fresh }, before) => {
    if (fresh && fresh !== before.fresh) offer(fresh)
  })

function offer({ number, kind, what }: OwnHouseChange): void {
  const t = textsIn(houseLogTitles, currentLanguage())
  const action = { label: t('undo'), onClick: () => void undoHouseChange(number) }
  const takeBack = offerWithNextToast(action)
  // Who has made a flow is in it already.
  if (kind === 'flow' && what === 'created') return
  window.setTimeout(() => {
    if (takeBack()) notify.info(nameOf(t, kind), { action })
  }, WAIT_MS)
}

function nameOf(t: ReturnType<typeof textsIn<(typeof houseLogTitles)['en']>>, kind: string): string {
  if (kind === 'connection' || kind === 'flow' || kind === 'rule' || kind === 'bridge')
    return t(`did.${kind}`)
  if (kind === 'doors' || kind === 'limits' || kind === 'listeners') return t(kind)
  return t('token-settings')
}
