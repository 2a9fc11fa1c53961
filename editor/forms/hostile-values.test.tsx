// @vitest-environment happy-dom
import { QueryClientProvider } from '@tanstack/react-query'
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, test, vi } from 'vitest'
import { nodeDefinitions } from '#nodes/definitions.ts'
import { queryClient } from '../api/queries.ts'
import { ConfigForm } from './config-form.tsx'

/** What a shared file may hold where something else belongs. */
const odd: readonly unknown[] = [null, true, 5, 'x', [], [null], [{}], { toString: 'no' }, { length: 3 }]

test.each(nodeDefinitions.map((definition) => [definition.type, definition] as const))(
  'the form of %s shows whatever a file holds in its fields',
  async (_type, definition) => {
    vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
    vi.stubGlobal('fetch', async () => Response.json([])) // of what the house knows, some forms offer a choice
    for (const value of odd) {
      const root = createRoot(document.body.appendChild(document.createElement('div')))
      const config = Object.fromEntries(Object.keys(definition.config.shape).map((name) => [name, value]))
      const form = (
        <QueryClientProvider client={queryClient}>
          <ConfigForm definition={definition} config={config} onChange={vi.fn()} />
        </QueryClientProvider>
      )
      const shown = act(async () => root.render(form))
      await expect(Promise.resolve(shown), JSON.stringify(value)).resolves.toBeUndefined()
      await act(async () => root.unmount())
      document.body.replaceChildren()
    }
    vi.unstubAllGlobals()
  },
)
