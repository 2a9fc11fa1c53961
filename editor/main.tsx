import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { showLanguage } from './i18n/language.ts'
import './styles/base.css'
import './styles/fonts.css'
import './styles/tokens.css'
import { startTheme } from './ui/theme.ts'

startTheme()
showLanguage()

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
