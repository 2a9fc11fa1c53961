import { type Handlers, json } from '../call.ts'
import type { WebServices } from '../web-services.ts'

/** Whether the first message would be handled now; for start scripts, containers and watchdogs. */
export const healthRoutes = ({ house }: Pick<WebServices, 'house'>) =>
  ({
    'GET /api/health': () =>
      house.isReady ? json({ status: 'ok' }) : json({ status: 'starting' }, 503, { 'Retry-After': '1' }),
  }) satisfies Partial<Handlers>
