import type { Page } from 'playwright-core'

/** What a person does who has no mouse. Nothing here touches an element but by keys. */

/** What has the focus: its role and name, as a screen reader tells them. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement: element } = document
    if (!(element instanceof HTMLElement)) return ''
    const labels = 'labels' in element ? [...((element as HTMLInputElement).labels ?? [])] : []
    const named = element.getAttribute('aria-label') ?? labels.map((label) => label.textContent).join(' ')
    return (named || element.textContent || '').trim()
  })

/** Presses a key until what has the focus is called that. */
export async function go(page: Page, name: RegExp, key = 'Tab'): Promise<void> {
  const seen: string[] = []
  for (let step = 0; step < 80; step++) {
    const here = await focused(page)
    if (name.test(here)) return
    seen.push(here)
    await page.keyboard.press(key)
  }
  throw new Error(`${name} was not reached by ${key}; there were ${JSON.stringify(seen)}`)
}

/** Goes to a field and writes over what stands in it. */
export async function write(page: Page, field: RegExp, text: string): Promise<void> {
  await go(page, field)
  await page.keyboard.press('Control+a')
  await page.keyboard.type(text)
}

/** Runs a command by the palette. */
export async function command(page: Page, query: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog', { name: 'Search and commands' }).waitFor()
  await page.keyboard.type(query)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Search and commands' }).waitFor({ state: 'detached' })
}
