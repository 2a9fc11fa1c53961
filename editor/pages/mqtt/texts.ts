import { defineTexts } from '../../i18n/define-texts.ts'

/** The MQTT area's own frame; each of its views has texts of its own. */
export const mqttTexts = defineTexts({
  en: {
    title: 'MQTT',
    views: 'Views of the broker',
    topics: 'Topics',
    clients: 'Clients',
    access: 'Access',
    listeners: 'Listeners',
    bridges: 'Bridges',
    status: 'Status',
  },
  de: {
    title: 'MQTT',
    views: 'Ansichten des Brokers',
    topics: 'Topics',
    clients: 'Clients',
    access: 'Zugriff',
    listeners: 'Zugänge',
    bridges: 'Brücken',
    status: 'Zustand',
  },
})
