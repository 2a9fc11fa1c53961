import { type BrokerLoad, loadBroker } from './broker-load.ts'

// Makes one load after another in a process of its own, so that it shares no loop with what it measures.
process.on('disconnect', () => process.exit())
process.on('message', (load: BrokerLoad) => {
  loadBroker(load).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ problem: error instanceof Error ? error.message : String(error) }),
  )
})
