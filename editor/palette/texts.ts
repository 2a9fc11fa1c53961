import { defineTexts } from '../i18n/define-texts.ts'

export const paletteTexts = defineTexts({
  en: {
    favourites: 'Favourites',
    recent: 'Used last',
    like: 'Favourite: {name}',
  },
  de: {
    favourites: 'Favoriten',
    recent: 'Zuletzt benutzt',
    like: 'Favorit: {name}',
  },
})
