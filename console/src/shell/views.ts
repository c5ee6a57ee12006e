import { type ComponentType, lazy } from 'react'
import type { Words } from '../words/en.ts'

export interface View {
  path: string
  /** The word of its entry in the menu; unset: it has none. */
  menu?: keyof Words['menu']
  isForAdmins?: boolean
  component: ComponentType<{ id: string }>
}

/** Every page of the console, each loaded when it is opened. The server names the same paths in src/http/console.ts. */
export const VIEWS: View[] = [
  {
    path: '/',
    menu: 'overview',
    component: lazy(() => import('../pages/overview.tsx').then(({ Overview }) => ({ default: Overview }))),
  },
  {
    path: '/queues',
    menu: 'queues',
    isForAdmins: true,
    component: lazy(() => import('../pages/queues.tsx').then(({ Queues }) => ({ default: Queues }))),
  },
  {
    path: '/queues/:id',
    isForAdmins: true,
    component: lazy(() => import('../pages/queue.tsx').then(({ Queue }) => ({ default: Queue }))),
  },
  {
    path: '/tasks',
    menu: 'tasks',
    component: lazy(() => import('../pages/tasks.tsx').then(({ Tasks }) => ({ default: Tasks }))),
  },
  {
    path: '/stores',
    menu: 'stores',
    component: lazy(() => import('../pages/stores.tsx').then(({ Stores }) => ({ default: Stores }))),
  },
  {
    path: '/stores/:id',
    component: lazy(() => import('../pages/store.tsx').then(({ Store }) => ({ default: Store }))),
  },
  {
    path: '/documents',
    menu: 'documents',
    component: lazy(() => import('../pages/documents.tsx').then(({ Documents }) => ({ default: Documents }))),
  },
  {
    path: '/documents/:id',
    component: lazy(() => import('../pages/document.tsx').then(({ Document }) => ({ default: Document }))),
  },
  {
    path: '/mail',
    menu: 'mail',
    isForAdmins: true,
    component: lazy(() => import('../pages/mail.tsx').then(({ Mail }) => ({ default: Mail }))),
  },
  {
    path: '/mail/:id',
    isForAdmins: true,
    component: lazy(() => import('../pages/letter.tsx').then(({ Letter }) => ({ default: Letter }))),
  },
  {
    path: '/alerts',
    menu: 'alerts',
    component: lazy(() => import('../pages/alerts.tsx').then(({ Alerts }) => ({ default: Alerts }))),
  },
  {
    path: '/users',
    menu: 'users',
    isForAdmins: true,
    component: lazy(() => import('../pages/users.tsx').then(({ Users }) => ({ default: Users }))),
  },
  {
    path: '/account',
    menu: 'account',
    component: lazy(() => import('../pages/account.tsx').then(({ Account }) => ({ default: Account }))),
  },
]

export function viewAt(path: string): { view: View; id: string } | null {
  for (const view of VIEWS) {
    const [fixed = '', hasId] = view.path.split('/:id')
    if (hasId === undefined ? path === fixed : path.startsWith(`${fixed}/`))
      return { view, id: decoded(path.slice(fixed.length + 1)) }
  }
  return null
}

/** What is no well-formed escape stands for itself, and is then not found. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
