import { setFlagsFromString } from 'node:v8'

/**
 * What V8 gives new objects, in each thread of the process. It starts with 1 MB and is doubled, up to 32 MB,
 * as much stays alive: at the start, when all does, that helps nobody, and it would be kept for good. Under
 * load it is worth its memory.
 */
export function letNurseryGrow(mayGrow: boolean): void {
  setFlagsFromString(`--semi-space-growth-factor=${mayGrow ? 2 : 1}`)
}

/**
 * How much may gather, in each thread, before V8 looks what of it still lives: half of what lived the last time. V8
 * would wait for up to four times as much: 90 MB in each thread with 1,000 flows under load, where 20 live.
 */
export const collectEarly = (): void => setFlagsFromString('--heap-growing-percent=50')
