import { type Handlers, json, raw, readFlag, signedIn } from '../call.ts'
import type { WebServices } from '../web-services.ts'

/** Flow files in and out. */
export const flowFileRoutes = ({ house }: Pick<WebServices, 'house'>) =>
  ({
    // With `?dryRun=true` it answers what would come of it, and stores nothing.
    'POST /api/import': async (call) => {
      const text = typeof call.body === 'string' ? call.body : ''
      if (readFlag(call, 'dryRun')) return json(house.previewImport(text))
      const options = { deploy: readFlag(call, 'deploy'), by: signedIn(call).user.name }
      return json(await house.importFile(text, options), 201)
    },

    'GET /api/flows/:id/export': ({ params }) => {
      const id = params['id'] ?? ''
      const name = house.readFlow(id).flow.name
      return raw('application/json; charset=utf-8', house.exportFlow(id), {
        'Content-Disposition': attachment(`${name}.flow.json`, `${id}.flow.json`),
      })
    },
  }) satisfies Partial<Handlers>

/** A download under this name (RFC 6266); old clients get the plain one. Neither can leave its folder or its header. */
export function attachment(name: string, plainName: string): string {
  const safe = name.replace(/[\p{C}/\\:*?"<>|]+/gu, '-').replace(/^[.\s]+/, '')
  const encoded = encodeURIComponent(safe.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plainName.replace(/[^A-Za-z0-9._-]/g, '_')}"; filename*=UTF-8''${encoded}`
}
