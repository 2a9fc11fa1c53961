import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { startFont } from './app-shell/font.ts'
import { startInstallation } from './app-shell/installation.ts'
import { noticeMissingParts, whenLoadable } from './app-shell/parts.ts'
import { startWorker } from './app-shell/worker.ts'
import { startLanguage } from './i18n/language.ts'
import './styles/base.css'
import './styles/fonts.css'
import './styles/tokens.css'
import { loadPartsWhenNeeded } from './ui/lazy-part.tsx'
import { startTheme } from './ui/theme.ts'

startTheme()
startInstallation()
startFont()
noticeMissingParts()
loadPartsWhenNeeded(whenLoadable)
startWorker()

const element = document.getElementById('root')
if (!element) throw new Error('index.html has no #root')
const root = createRoot(element)
void startLanguage().then(() =>
  root.render(
    <StrictMode>
      <App />
    </StrictMode>,
  ),
)
