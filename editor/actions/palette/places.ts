import { type Said, said } from '../../i18n/said.ts'
import { alarmTexts } from '../../pages/alarms/texts.ts'
import { startTexts } from '../../pages/flows/start/texts.ts'
import { flowTexts } from '../../pages/flows/texts.ts'
import { accessTexts } from '../../pages/mqtt/access/texts.ts'
import { tokenTexts } from '../../pages/mqtt/access/tokens/texts.ts'
import { bridgeTexts } from '../../pages/mqtt/bridges/texts.ts'
import { clientTexts } from '../../pages/mqtt/clients/texts.ts'
import { listenerTexts } from '../../pages/mqtt/listeners/texts.ts'
import { statusTexts } from '../../pages/mqtt/status/texts.ts'
import { mqttTexts } from '../../pages/mqtt/texts.ts'
import { topicsTexts } from '../../pages/mqtt/topics/texts.ts'
import { appTexts } from '../../pages/settings/app-texts.ts'
import { notificationTexts } from '../../pages/settings/notification-texts.ts'
import { settingsTexts } from '../../pages/settings/texts.ts'
import { pageTexts } from '../../pages/texts.ts'

/** A page, or a section of one, with its address. */
export interface PlaceToGo {
  readonly path: string
  readonly title: Said
  /** The page it stands on. */
  readonly area: Said
  readonly icon: string
  /** Only the owner of the house sees it. */
  readonly isOwners?: boolean
}

const flows = said(pageTexts, 'flows')
const alarms = said(pageTexts, 'alarms')
const mqtt = said(pageTexts, 'mqtt')
const settings = said(pageTexts, 'settings')

const mqttView = (
  view: keyof (typeof mqttTexts)['en'],
  sections: Readonly<Record<string, Said>>,
  options: { readonly isOwners?: boolean } = {},
): readonly PlaceToGo[] => [
  { path: `/mqtt?show=${view}`, title: said(mqttTexts, view), area: mqtt, icon: 'radio-tower', ...options },
  ...Object.entries(sections).map(([id, title]) => ({
    path: `/mqtt?show=${view}#${id}`,
    title,
    area: said(mqttTexts, view),
    icon: 'radio-tower',
    ...options,
  })),
]

/** Every page and section there is, besides the main areas, which are actions. A test finds what is missing. */
export const places: readonly PlaceToGo[] = [
  {
    path: '/flows?show=templates',
    title: said(flowTexts, 'templates'),
    area: flows,
    icon: 'layout-template',
  },
  { path: '/flows?show=devices', title: said(startTexts, 'devices'), area: flows, icon: 'radio-tower' },
  { path: '/alarms?show=outbox', title: said(alarmTexts, 'outbox'), area: alarms, icon: 'bell-ring' },
  { path: '/alarms?show=letters', title: said(alarmTexts, 'letters'), area: alarms, icon: 'bell-ring' },
  { path: '/mqtt?pane=publish', title: said(topicsTexts, 'publish'), area: mqtt, icon: 'radio-tower' },
  {
    path: '/mqtt?pane=subscriptions',
    title: said(topicsTexts, 'subscriptions'),
    area: mqtt,
    icon: 'radio-tower',
  },
  ...mqttView('clients', {
    clients: said(clientTexts, 'clients'),
    refused: said(clientTexts, 'refusals'),
  }),
  ...mqttView(
    'access',
    {
      rules: said(accessTexts, 'rules'),
      try: said(accessTexts, 'try'),
      doors: said(accessTexts, 'doors'),
      'json-web-tokens': said(tokenTexts, 'title'),
      'client-ids': said(accessTexts, 'clientIds'),
    },
    { isOwners: true },
  ),
  ...mqttView(
    'listeners',
    {
      ports: said(listenerTexts, 'ports'),
      trust: said(listenerTexts, 'trust'),
      certificate: said(listenerTexts, 'certificate'),
      keys: said(listenerTexts, 'keys'),
      certificates: said(listenerTexts, 'certificates'),
      origins: said(listenerTexts, 'origins'),
    },
    { isOwners: true },
  ),
  ...mqttView('bridges', { bridges: said(bridgeTexts, 'title') }),
  ...mqttView('status', {
    reach: said(statusTexts, 'reach'),
    traffic: said(statusTexts, 'traffic'),
    lost: said(statusTexts, 'lost'),
    limits: said(statusTexts, 'limits'),
  }),
  ...(['look', 'account', 'users', 'tokens'] as const).map((id) => ({
    path: `/settings#${id}`,
    title: said(settingsTexts, id),
    area: settings,
    icon: 'settings',
    isOwners: id === 'users',
  })),
  { path: '/settings#app', title: said(appTexts, 'title'), area: settings, icon: 'settings' },
  {
    path: '/settings#notifications',
    title: said(notificationTexts, 'title'),
    area: settings,
    icon: 'settings',
  },
]
