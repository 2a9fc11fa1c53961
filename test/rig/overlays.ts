import type { Page } from 'playwright-core'
import type { Area } from './areas.ts'
import { nodeCard } from './editor-page.ts'

/**
 * What opens over a page: dialogs, menus, popovers. Each is found by its place, for what is written on it differs
 * between languages.
 */

type Open = NonNullable<Area['open']>

/** Presses what this finds, and waits for what opens. */
const press =
  (button: string, place: 'dialog' | 'menu' = 'dialog'): Open =>
  async (page) => {
    await page.locator(button).first().click()
    await page.getByRole(place).first().waitFor()
  }

const menu = (within: string): Open => press(`${within} [aria-haspopup="menu"]`, 'menu')

/** A line of a menu, counted from the first or, below zero, from the last. */
const menuItem =
  (within: string, place: number): Open =>
  async (page, isWide) => {
    await menu(within)(page, isWide)
    await page.getByRole('menuitem').nth(place).click()
    await page.getByRole('dialog').first().waitFor()
  }

/** One after another. */
const inTurn =
  (...steps: readonly Open[]): Open =>
  async (page, isWide) => {
    for (const step of steps) await step(page, isWide)
  }

const settingsOf =
  (node: string): Open =>
  async (page, isWide) => {
    await nodeCard(page, node).click({ position: { x: 60, y: 12 } })
    if (!isWide) await page.keyboard.press('Enter')
    await page.locator('[data-tab="settings"]').click()
  }

const choose =
  (name: string, text: string): Open =>
  async (page) => {
    const [file] = [{ name, mimeType: 'application/json', buffer: Buffer.from(text) }]
    await page.locator('input[type=file]').first().setInputFiles(file)
    await page.getByRole('dialog').waitFor()
  }

const small = { format: 'wirehouse/flow@1', id: 'small', name: 'Small', nodes: [] }
const list: Open = async (page: Page) => {
  await page.keyboard.press('Control+i')
  await page.locator('[role=tree]').waitFor()
}

const row = 'main li:has([aria-haspopup="menu"])'
const flow = '/flows/seen'
const access = '/mqtt?show=access'
const clients = '/mqtt?show=clients'
const recordings = '/mqtt?pane=recordings'
const away = '#clients li:has-text("lamp-in-the-hall")'
const here = '#clients li:has-text("lamp-at-the-door")'
const outbox = '/alarms?show=outbox'
const letters = '/alarms?show=letters'
const listeners = '/mqtt?show=listeners'

/** By name. */
export const overlays: Readonly<Record<string, Area>> = {
  'the devices that can be added': { path: '/flows?show=devices', open: seen('[role=dialog]') },
  'the menu of a flow': { path: '/flows', open: menu(row) },
  'a flow to be deleted': { path: '/flows', open: menuItem(row, -1) },
  'a file to be imported': { path: '/flows', open: choose('small.json', JSON.stringify(small)) },
  'a file that cannot be imported': { path: '/flows', open: choose('torn.json', '{ "format"') },
  'the guarantee of a flow': { path: '/flows', open: press('main li [aria-haspopup="dialog"]') },
  'the steps of a flow': {
    path: flow,
    open: press('button:has(.lucide-chevron-down)[aria-haspopup="dialog"]'),
  },
  'a flow that is to be trusted': { path: '/flows/imported', open: press('main [role=status] button') },
  'a step being added to the list': {
    path: flow,
    open: inTurn(list, async (page) => {
      await page.locator('[role=tree]').focus()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('a')
      await page.locator('[role=combobox]').first().waitFor()
    }),
  },
  'the menu of a row of the list': { path: flow, open: inTurn(list, menu('[role=tree]')) },
  'code at large': {
    path: flow,
    open: inTurn(settingsOf('sum'), press('[role=tabpanel] button:has(.lucide-maximize)')),
  },
  'a connection made in a form': {
    path: flow,
    open: inTurn(settingsOf('mail'), async (page) => {
      await page.locator('[role=tabpanel] [role=combobox]').first().click()
      await page.getByRole('option').last().click()
      await page.getByRole('dialog').getByRole('textbox').first().waitFor()
    }),
  },
  'a phone to be bound': {
    path: flow,
    open: inTurn(
      settingsOf('phone'),
      press('[role=tabpanel] button:has(.lucide-smartphone)'),
      async (page) => {
        await page.locator('[role=dialog] svg[role=img]').first().waitFor()
      },
    ),
  },
  'a recording to be deleted': {
    path: flow,
    open: inTurn(async (page) => {
      await page.keyboard.press('Control+j')
      await page.locator('[data-tab="recordings"]').click()
    }, press('[role=tabpanel] li button:has(.lucide-trash-2)')),
  },
  'the menu of the open flow': { path: flow, open: press('button:has(.lucide-ellipsis)', 'menu') },
  'the ways to deploy': {
    path: flow,
    open: press('button:has(.lucide-chevron-down)[aria-haspopup="menu"]', 'menu'),
  },
  'the kinds of connections': { path: '/connections', open: menu('main') },
  'a new connection': { path: '/connections', open: menuItem('main', 0) },
  'another new connection': { path: '/connections', open: menuItem('main', -1) },
  'a connection': { path: '/connections?edit=other', open: seen('[role=dialog]') },
  'the menu of a connection': { path: '/connections', open: menu(row) },
  'what a connection sees': { path: '/connections', open: menuItem(row, 0) },
  'a connection to be deleted': { path: '/connections', open: menuItem(row, -1) },
  'a topic in a flow': {
    path: '/mqtt?topic=home/climate',
    open: press('main header button:has(.lucide-workflow)'),
  },
  'a topic to be cleared': {
    path: '/mqtt?topic=home/climate',
    open: press('main header button:has(.lucide-trash-2)'),
  },
  'a recording of topics for a flow': {
    path: recordings,
    open: press('main li button:has(.lucide-workflow)'),
  },
  'a recording of topics to be deleted': {
    path: recordings,
    open: press('main li button:has(.lucide-trash-2)'),
  },
  'a client': { path: clients, open: press(`${away} button`) },
  'a client to be forgotten': {
    path: clients,
    open: inTurn(press(`${away} button`), press('[role=dialog] button:not([aria-label])')),
  },
  'a client to be disconnected': {
    path: clients,
    open: inTurn(press(`${here} button`), press('[role=dialog] button:not([aria-label])')),
  },
  'a new rule': { path: access, open: press('#rules > div button') },
  'a Mosquitto to be taken over': { path: access, open: press('#rules > p button') },
  'the menu of a rule': { path: access, open: menu('#rules') },
  'a rule': { path: access, open: menuItem('#rules', 0) },
  'a rule to be removed': { path: access, open: menuItem('#rules', -1) },
  'a way in to be closed': { path: access, open: press('#doors [role=switch][aria-checked=true]') },
  'a client id to be released': { path: access, open: press('#client-ids li button') },
  'a certificate of your own': { path: listeners, open: press('#certificate button:has(.lucide-file-up)') },
  'a new authority': { path: listeners, open: press('#certificate button:has(.lucide-shield-alert)') },
  'a new key': { path: listeners, open: press('#keys > div button') },
  'a new device certificate': { path: listeners, open: press('#certificates > div button') },
  'a new bridge': { path: '/mqtt?show=bridges', open: press('#bridges > div button') },
  'the menu of a bridge': { path: '/mqtt?show=bridges', open: menu('#bridges') },
  'a bridge': { path: '/mqtt?show=bridges', open: menuItem('#bridges', 0) },
  'a bridge to be deleted': { path: '/mqtt?show=bridges', open: menuItem('#bridges', -1) },
  'a bridge to be switched off': { path: '/mqtt?show=bridges', open: menuItem('#bridges', 1) },
  'messages of a bridge to be thrown away': { path: '/mqtt?show=bridges', open: menuItem('#bridges', 2) },
  'a key to be removed': { path: listeners, open: press('#keys li button') },
  'a device certificate to be revoked': { path: listeners, open: press('#certificates li button') },
  'the menu of an alarm': { path: '/alarms', open: menu('main') },
  'the menu of what waits to leave': { path: outbox, open: menu('main li') },
  'something in the outbox to be thrown away': { path: outbox, open: menuItem('main li', -1) },
  'the menu of a dead letter': { path: letters, open: menu('main li') },
  'a dead letter to be thrown away': { path: letters, open: menuItem('main li', -1) },
  'all dead letters to be thrown away': {
    path: letters,
    open: press('main section button:has(.lucide-trash-2)'),
  },
  'the menu of a user': { path: '/settings', open: menu('#users') },
  'a new password': { path: '/settings', open: menuItem('#users', 0) },
  'a user to be removed': { path: '/settings', open: menuItem('#users', -1) },
  'a new user': { path: '/settings', open: press('#users > div button') },
  'a new token': { path: '/settings', open: press('#tokens > div button') },
  'a token to be removed': { path: '/settings', open: press('#tokens li button') },
}

/** Stands in the address alone. */
function seen(place: string): Open {
  return (page) => page.locator(place).first().waitFor()
}
