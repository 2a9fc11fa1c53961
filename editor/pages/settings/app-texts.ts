import { defineTexts } from '../../i18n/define-texts.ts'

export const appTexts = defineTexts({
  en: {
    title: 'As an app on this device',
    about:
      'With an icon and a window of its own. It opens while the house is away, too, says so, and connects by itself.',
    install: 'Install',
    ready: 'This browser can install it now.',
    byMenu:
      'In the menu of the browser: “Install” or “Add to home screen”; on an iPhone or iPad, under “Share”.',
    installed: 'This is the app.',
    insecure:
      'Browsers install only what came by https, or from this very machine (localhost). Open the house that way.',
  },
  de: {
    title: 'Als App auf diesem Gerät',
    about:
      'Mit eigenem Symbol und eigenem Fenster. Sie öffnet sich auch, wenn das Haus nicht erreichbar ist, sagt das, und verbindet sich von selbst wieder.',
    install: 'Installieren',
    ready: 'Dieser Browser kann sie jetzt installieren.',
    byMenu:
      'Im Menü des Browsers: „Installieren“ oder „Zum Startbildschirm hinzufügen“; auf iPhone und iPad unter „Teilen“.',
    installed: 'Das hier ist die App.',
    insecure:
      'Browser installieren nur, was über https oder von diesem Gerät selbst (localhost) kommt. Öffnen Sie das Haus so.',
  },
})
