import { existsSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { type Request, type RequestHandler, type Response, Router } from 'express'
import { UserError } from '../user-error.ts'

const encodings = [
  { name: 'br', ending: '.br' },
  { name: 'gzip', ending: '.gz' },
] as const

/** A policy counts for pages and for workers: what these load needs none of its own. */
const isPassive = (path: string): boolean => path.startsWith('/assets/') && !path.includes('worker')

/**
 * Serves the built editor. Files in `assets/` carry their hash in the name and are kept for ever; the page itself is
 * asked for anew each time. Every address that names no file is the editor's own and answers with its page.
 */
export function serveEditor(folder: string): RequestHandler {
  const router = Router()
  router.get('*path', async (request, response, next) => {
    const path = decodeURIComponent(request.path)
    if (path !== '/' && !path.endsWith('/') && (await sendFile(request, response, folder, path))) return
    if (path.startsWith('/assets/') || extname(path) !== '') return next()
    if (!(await sendFile(request, response, folder, '/index.html'))) sendNotBuilt(response)
  })
  router.all('*path', (request) => {
    const isRead = ['GET', 'HEAD'].includes(request.method)
    throw isRead
      ? new UserError(404, 'FILE_UNKNOWN', `There is no file ${request.path.slice(0, 200)}.`)
      : new UserError(405, 'METHOD_UNKNOWN', 'This address can only be read.')
  })
  return router
}

/** Sends a file, in the smallest form that stands beside it and the browser takes. Answers `false` if there is none. */
async function sendFile(
  request: Request,
  response: Response,
  folder: string,
  path: string,
): Promise<boolean> {
  if (!isPlainPath(path) || !isFile(join(folder, path))) return false
  response.setHeader(
    'Cache-Control',
    path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  )
  response.setHeader('Vary', 'Accept-Encoding')
  if (isPassive(path)) response.setHeader('Content-Security-Policy', "default-src 'none'")
  response.type(extname(path))
  const packed = encodings.find(
    ({ name, ending }) => request.acceptsEncodings(name) === name && existsSync(join(folder, path + ending)),
  )
  if (packed) response.setHeader('Content-Encoding', packed.name)
  await new Promise<void>((resolve, reject) => {
    response.sendFile(
      path.slice(1) + (packed?.ending ?? ''),
      { root: folder, cacheControl: false },
      (error) => (error && !response.headersSent ? reject(error) : resolve()),
    )
  })
  return true
}

/** No way up, no hidden files, no Windows paths, no NUL. */
const isPlainPath = (path: string): boolean =>
  !/[\\\0]/.test(path) && path.split('/').every((part) => !part.startsWith('.'))

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

function sendNotBuilt(response: Response): void {
  response
    .status(503)
    .type('html')
    .send(
      '<!doctype html><html lang="en"><meta charset="utf-8"><title>Wirehouse</title>' +
        '<h1>The editor is not built</h1><p>Wirehouse runs, but its editor is missing. ' +
        'Run <code>npm start</code>, which builds it, and load this page again.</p></html>',
    )
}
