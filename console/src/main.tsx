import { createRoot } from 'react-dom/client'
import { session } from './api/session.ts'
import { App } from './shell/app.tsx'
import { WordsProvider } from './words/use-words.tsx'
import '../base.css'
import '../pages.css'
import './css/shell.css'
import './css/controls.css'
import './css/tables.css'
import './css/dialogs.css'
import './css/parts.css'
import './css/pages.css'

const root = document.getElementById('root')
if (root === null) throw new Error('The page has no root.')
session.open()
createRoot(root).render(
  <WordsProvider>
    <App />
  </WordsProvider>,
)
