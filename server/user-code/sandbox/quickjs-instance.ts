import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import variant from '@jitl/quickjs-ng-wasmfile-release-sync'
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSWASMModule } from 'quickjs-emscripten-core'

/** QuickJS in a WebAssembly memory of its own: what one flow's functions live in. */
export interface QuickJsInstance {
  readonly quickjs: QuickJSWASMModule
  readonly memory: WebAssembly.Memory
}

const PAGE_BYTES = 65_536
/** The stack of QuickJS and its own constants; hardly any of it is ever touched. */
const BASE_PAGES = 96
/** What an instance takes before anything is kept in it. */
export const BASE_BYTES = BASE_PAGES * PAGE_BYTES

/** The memory grows up to `maxBytes` beyond the base, and not a byte further. */
export async function newQuickJsInstance(maxBytes: number): Promise<QuickJsInstance> {
  compiling ??= compile()
  const memory = new WebAssembly.Memory({
    initial: BASE_PAGES,
    maximum: BASE_PAGES + Math.ceil(maxBytes / PAGE_BYTES),
  })
  // what the engine would say to the console as it breaks is said by the error
  const silent: object = { print() {}, printErr() {} }
  const quickjs = await newQuickJSWASMModuleFromVariant(
    newVariant(variant, { wasmModule: await compiling, wasmMemory: memory, emscriptenModule: silent }),
  )
  return { quickjs, memory }
}

/** Once for each thread: instances share the code. */
let compiling: Promise<WebAssembly.Module> | undefined

async function compile(): Promise<WebAssembly.Module> {
  const path = createRequire(import.meta.url).resolve('@jitl/quickjs-ng-wasmfile-release-sync/wasm')
  return await WebAssembly.compile(startingSmall(await readFile(path)))
}

/**
 * Lets the memory start with what QuickJS needs. The package asks for 16 MB at once, and the size of a memory
 * would then not tell how much of it has been in use.
 */
function startingSmall(code: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
  // import "a"."a", a memory with limits: from 256 pages (LEB128: 80 02) …
  const asked = Buffer.from([1, 0x61, 1, 0x61, 2, 1, 0x80, 2])
  const at = code.indexOf(asked)
  if (at < 0 || code.indexOf(asked, at + 1) >= 0)
    throw new Error('this build of QuickJS is not the one that is known')
  code[at + 6] = 0x80 | (BASE_PAGES & 0x7f)
  code[at + 7] = BASE_PAGES >> 7
  return code
}
