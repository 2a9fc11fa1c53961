// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { setLanguage } from '../i18n/language.ts'
import { JsonTree } from './json-tree.tsx'

let page: HTMLElement
let root: Root
beforeEach(async () => {
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true)
  await setLanguage('en')
  page = document.createElement('div')
  root = createRoot(page)
})
afterEach(() => act(() => root.unmount()))

const show = (value: unknown, open?: number) =>
  act(() => root.render(<JsonTree value={value} {...(open !== undefined && { open })} />))
const open = () => [...page.querySelectorAll('details')].map((branch) => branch.open)

test('a plain value is one line', () => {
  show('21')
  expect(page.textContent).toBe('"21"')
})

test('as many levels stand open as are asked for', () => {
  show({ a: { b: { c: 1 } } }, 2)
  expect(open()).toEqual([true, true, false])
  expect(page.textContent).toBe('{1}a: {1}b: {1}c: 1')
})

test('of a long list the rest comes on demand', () => {
  show(Array.from({ length: 250 }, () => 0))
  const items = () => page.querySelectorAll('li > div').length
  expect(items()).toBe(100)
  act(() => page.querySelector('button')?.click())
  expect([items(), page.querySelector('button')?.textContent]).toEqual([200, '50 more'])
})

test('nothing is said as nothing', () => {
  show({ a: null, b: [], c: undefined })
  expect(page.textContent).toBe('{3}a: nullb: []c: –')
})
