import { awaitFirstMessage, type FirstMessagePlan } from './first-message.ts'
import { type LoadPlan, type LoadResult, runLoad } from './run-load.ts'

// Generates load and receives what comes of it, one command after another: nothing else runs in this loop.

export type LoadCommand =
  | { readonly kind: 'load'; readonly plan: LoadPlan }
  | { readonly kind: 'first message'; readonly plan: FirstMessagePlan }

export type LoadAnswer =
  | { readonly ok: true; readonly result: LoadResult | undefined }
  | { readonly ok: false; readonly text: string }

process.on('disconnect', () => process.exit())
process.on('message', (command: LoadCommand) => {
  perform(command).then(
    (result) => answer({ ok: true, result }),
    (error: unknown) => answer({ ok: false, text: error instanceof Error ? error.message : String(error) }),
  )
})

function answer(message: LoadAnswer): void {
  process.send?.(message)
}

async function perform(command: LoadCommand): Promise<LoadResult | undefined> {
  if (command.kind === 'load') return await runLoad(command.plan)
  await awaitFirstMessage(command.plan)
}
