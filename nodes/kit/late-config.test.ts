import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { withConfig } from './late-config.ts'

describe('a schema that is made late', () => {
  it('is made when it is first asked for, and once', () => {
    const make = vi.fn(() => z.object({}))
    const definition = withConfig({ type: 'late', config: make })
    expect(make).not.toHaveBeenCalled()
    expect(definition.config).toBe(definition.config)
    expect(make).toHaveBeenCalledOnce()
  })

  it('may stand there already', () => {
    const config = z.object({})
    expect(withConfig({ type: 'early', config })).toEqual({ type: 'early', config })
  })
})
