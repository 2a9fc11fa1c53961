import { expect, test } from 'vitest'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { isIconName } from './more-icons.ts'

test.each([...nodeDefinitions, ...connectionDefinitions])('has the icon of $type', ({ icon }) => {
  expect(isIconName(icon)).toBe(true)
})
