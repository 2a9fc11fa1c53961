import { defineTexts } from '../../i18n/define-texts.ts'

/** The MQTT area's own frame; each of its views has texts of its own. */
export const mqttTexts = defineTexts({
  en: {
    title: 'MQTT',
    views: 'Views of the broker',
    topics: 'Topics',
    status: 'Status',
    access: 'Access',
    clients: 'Clients',
    listeners: 'Listeners',
  },
  de: {
    title: 'MQTT',
    views: 'Ansichten des Brokers',
    topics: 'Topics',
    status: 'Zustand',
    access: 'Zugriff',
    clients: 'Clients',
    listeners: 'Zugänge',
  },
})
