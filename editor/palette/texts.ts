import { defineTexts } from '../i18n/define-texts.ts'

export const paletteTexts = defineTexts({
  en: {
    favourites: 'Favourites',
    recent: 'Used last',
    fitting: 'Fits this wire',
    others: 'The others',
    like: 'Favourite: {name}',
  },
  de: {
    favourites: 'Favoriten',
    recent: 'Zuletzt benutzt',
    fitting: 'Passt an diese Leitung',
    others: 'Die anderen',
    like: 'Favorit: {name}',
  },
})
