import { defineTexts } from '../../../i18n/define-texts.ts'

export const statusTexts = defineTexts({
  en: {
    reach: 'How devices get here',
    reachAbout:
      'Sensors and devices send to this address. From the network each needs a login: a user with the role “Device”.',
    address: 'Address',
    port: 'Port',
    connected: 'Connected now',
    clients: { one: '{count} device or program', other: '{count} devices and programs' },
    webSocket: 'From a browser',
  },
  de: {
    reach: 'So erreichen Geräte das Haus',
    reachAbout:
      'An diese Adresse senden Sensoren und Geräte. Aus dem Netz braucht jedes eine Anmeldung: einen Zugang mit der Rolle „Gerät“.',
    address: 'Adresse',
    port: 'Port',
    connected: 'Gerade verbunden',
    clients: { one: '{count} Gerät oder Programm', other: '{count} Geräte und Programme' },
    webSocket: 'Aus einem Browser',
  },
})
