import type { Services } from '#kit/runtime/services.ts'
import { fakeServices } from '#rig/fake-services.ts'

/** Services that count what was opened through them and is not closed yet. */
export function trackedServices(): { readonly services: Services; readonly open: Set<string> } {
  const services = fakeServices()
  const open = new Set<string>()
  let opened = 0
  const enter = (what: string): string => {
    const name = `${what} ${++opened}`
    open.add(name)
    return name
  }
  return {
    open,
    services: {
      ...services,
      mqtt: {
        publish: (packet) => services.mqtt.publish(packet),
        subscribe(filter, qos, deliver) {
          const name = enter(`subscription ${filter}`)
          const subscription = services.mqtt.subscribe(filter, qos, deliver)
          return {
            [Symbol.dispose]() {
              open.delete(name)
              subscription[Symbol.dispose]()
            },
          }
        },
      },
      code: {
        async compile(source, around) {
          const body = await services.code.compile(source, around)
          const name = enter(`function ${source.node}`)
          return {
            start: () => body.start(),
            call: (message) => body.call(message),
            async [Symbol.asyncDispose]() {
              open.delete(name)
              await body[Symbol.asyncDispose]()
            },
          }
        },
      },
    },
  }
}
