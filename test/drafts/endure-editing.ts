import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import type { Flow } from '#flows/flow.ts'
import { nodeIds } from '#rig/editor-page.ts'
import { seeded } from '#rig/seeded.ts'
import { OWNER, type ServerProcess } from '#rig/server-process.ts'

/** What came of two people who edited one flow at random, each in a browser of their own. */
export interface EditingOutcome {
  /** Things that they tried to do. */
  readonly tried: number
  /** Changes that the server has acknowledged, without those that it was asked for twice. */
  readonly acknowledged: number
  /** Changes in the log of the flow. */
  readonly taken: number
  /** What each sees at the end, and what the server has. */
  readonly seen: readonly [Drawn, Drawn]
  readonly stored: Drawn
  /** Milliseconds from a click in one browser until the other has drawn what it did. */
  readonly shownAfterMs: readonly number[]
  /** Errors of scripts. */
  readonly complaints: readonly string[]
}

type Drawn = Pick<Flow, 'nodes' | 'wires'>

const EDITOR = { name: 'ada', role: 'editor', password: 'many coloured stones' } as const
const TYPES = ['delay', 'filter', 'debug', 'inject']
/** With more than this, more goes than comes. */
const MANY_NODES = 14
const ROUNDS = 5

/** Has two people edit one flow at random for so long, cutting the line of one of them now and then. */
export async function endureEditing(
  server: ServerProcess,
  seconds: number,
  seed: number,
): Promise<EditingOutcome> {
  const id = `shared-${seed}`
  await server.api('PUT', `/api/flows/${id}`, { format: 'wirehouse/flow@1', id, name: 'Shared' })
  await server.api('POST', '/api/users', EDITOR)
  const browser = await chromium.launch({
    executablePath: process.env['TEST_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  try {
    const one = await Person.enter(browser, server, OWNER, id)
    const other = await Person.enter(browser, server, EDITOR, id)
    const shownAfterMs: number[] = []
    for (let round = 0; round < ROUNDS; round++) shownAfterMs.push(await one.showTo(other))
    const until = performance.now() + seconds * 1_000
    await Promise.all([one.edit(until, seed), other.edit(until, seed + 1)])
    await Promise.all([one.settle(), other.settle()])
    const [seen, stored] = await agree(server, id, [one, other])
    const draft = await server.api('GET', `/api/flows/${id}/draft`)
    return {
      ...{ tried: one.tried + other.tried, seen, stored, shownAfterMs, taken: draft.body.seq },
      acknowledged: new Set([...one.acknowledged, ...other.acknowledged]).size,
      complaints: [...one.complaints, ...other.complaints],
    }
  } finally {
    await browser.close()
  }
}

/** What was taken last may still be on its way to the other. */
async function agree(
  server: ServerProcess,
  id: string,
  [one, other]: readonly [Person, Person],
): Promise<[readonly [Drawn, Drawn], Drawn]> {
  for (let look = 1; ; look++) {
    const { nodes, wires }: Flow = (await server.api('GET', `/api/flows/${id}`)).body
    const seen = [await one.see(), await other.see()] as const
    const texts = [...seen, { nodes, wires }].map((drawn) =>
      JSON.stringify(drawn.nodes.map((node) => node.id)),
    )
    if (new Set(texts).size === 1 || look === 20) return [seen, { nodes, wires }]
  }
}

/** Somebody at a browser, with the flow open. */
class Person {
  tried = 0
  readonly acknowledged = new Set<string>()
  readonly complaints: string[] = []
  readonly #page: Page
  readonly #context: BrowserContext

  private constructor(page: Page, context: BrowserContext) {
    this.#page = page
    this.#context = context
    page.setDefaultTimeout(10_000)
    page.on('pageerror', (error) => this.complaints.push(error.message))
    page.on('response', (response) => {
      if (response.request().method() === 'POST' && response.url().endsWith('/changes') && response.ok())
        this.acknowledged.add(JSON.parse(response.request().postData() ?? '{}').id)
    })
  }

  static async enter(
    browser: Browser,
    { url }: ServerProcess,
    user: { readonly name: string; readonly password: string },
    flow: string,
  ): Promise<Person> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' })
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const page = await context.newPage()
    const person = new Person(page, context)
    await page.goto(url)
    await page.getByLabel('Name').fill(user.name)
    await page.getByLabel('Password', { exact: true }).fill(user.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('navigation').first().waitFor()
    await page.goto(`${url}/flows/${flow}`)
    await page.locator('.react-flow__pane').waitFor()
    return person
  }

  /** Adds a node, and answers how long it takes until the other one sees it. */
  async showTo(other: Person): Promise<number> {
    const before = (await nodeIds(other.#page)).length
    const drawn = other.#page.waitForFunction(
      (count) => document.querySelectorAll('.react-flow__node').length > count,
      before,
      { polling: 'raf' },
    )
    const start = performance.now()
    await this.#page.locator('button[data-type="delay"]').click()
    await drawn
    return performance.now() - start
  }

  /** Does something at random, again and again. What is gone meanwhile is let be. */
  async edit(until: number, seed: number): Promise<void> {
    const random = seeded(seed)
    while (performance.now() < until) {
      this.tried++
      await this.#act(random).catch((error: Error) => {
        if (!/Timeout|intercepts|detached|not visible|outside/.test(error.message)) throw error
      })
    }
  }

  /** Waits until all that was done here has arrived. */
  async settle(): Promise<void> {
    await this.#context.setOffline(false)
    await this.#page.getByText('Saved', { exact: true }).waitFor({ timeout: 30_000 })
  }

  /** What stands on the canvas, as copying it says. */
  async see(): Promise<Drawn> {
    const page = this.#page
    await page.getByTestId('canvas').focus()
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Control+c')
    const text = await page.evaluate(() => navigator.clipboard.readText())
    await page.keyboard.press('Escape')
    const { nodes, wires }: Flow = JSON.parse(text)
    return { nodes, wires }
  }

  async #act(random: () => number): Promise<void> {
    const page = this.#page
    const pick = <Item>(items: readonly Item[]): Item | undefined =>
      items[Math.floor(random() * items.length)]
    const ids = await nodeIds(page)
    const node = pick(ids)
    const dice = random() * (ids.length > MANY_NODES ? 1 : 0.88)
    if (node === undefined || dice < 0.25) return this.#click(`button[data-type="${pick(TYPES)}"]`)
    if (dice < 0.3) return this.#blink(random)
    if (dice < 0.42) return this.#press(pick(['Control+z', 'Control+z', 'Control+Shift+z']) ?? '')
    if (dice < 0.55) return this.#wire(node, pick(ids) ?? node)
    await this.#click(`.react-flow__node[data-id="${node}"]`)
    if (dice < 0.68) return this.#press(pick(['ArrowLeft', 'ArrowRight', 'ArrowDown', 'ArrowUp']) ?? '')
    if (dice < 0.84) return this.#name(`${node} ${Math.floor(random() * 100)}`)
    return this.#press('Delete')
  }

  #click(selector: string): Promise<void> {
    return this.#page.locator(selector).click({ timeout: 1_000, force: true })
  }

  async #press(keys: string): Promise<void> {
    await this.#page.getByTestId('canvas').focus()
    await this.#page.keyboard.press(keys)
  }

  async #name(text: string): Promise<void> {
    const field = this.#page.getByLabel('Name', { exact: true })
    await field.click({ timeout: 500 })
    await field.pressSequentially(text, { delay: 20, timeout: 2_000 })
  }

  async #wire(from: string, to: string): Promise<void> {
    const page = this.#page
    const [start, end] = await Promise.all(
      [`${from}.out`, `${to}.in`].map((port) =>
        page.locator(`[data-port="${port}"]`).boundingBox({ timeout: 500 }),
      ),
    )
    if (!start || !end) return
    await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2)
    await page.mouse.down()
    await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 4 })
    await page.mouse.up()
    await page.keyboard.press('Escape')
  }

  /** The line is cut for a moment; what is done meanwhile waits. */
  async #blink(random: () => number): Promise<void> {
    await this.#context.setOffline(true)
    await this.#click(`button[data-type="${TYPES[0]}"]`)
    await this.#page.waitForTimeout(200 + random() * 800)
    await this.#context.setOffline(false)
  }
}
