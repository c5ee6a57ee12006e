import { type ReactNode, useEffect, useRef } from 'react'
import { Link } from '../shell/link.tsx'
import { hasStepped } from '../shell/route.ts'
import { Icon } from './icon.tsx'

interface Props {
  title: string
  lead?: ReactNode
  actions?: ReactNode
  /** The list that this is one of. */
  back?: { href: string; title: string }
  children: ReactNode
}

/** One page: its name goes to the window's title and, after a step from another page, takes the focus. */
export function Page({ title, lead, actions, back, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Loggia`
  }, [title])
  useEffect(() => {
    if (hasStepped()) heading.current?.focus()
  }, [])
  return (
    <main id="content" className="page" tabIndex={-1}>
      <header className="page-head">
        <div>
          {back && (
            <Link className="back" href={back.href}>
              <Icon name="back" />
              {back.title}
            </Link>
          )}
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead && <p className="lead">{lead}</p>}
        </div>
        {actions && <div className="act">{actions}</div>}
      </header>
      {children}
    </main>
  )
}

export function Panel({
  title,
  actions,
  children,
  className = '',
}: Omit<Props, 'lead' | 'back'> & { className?: string }) {
  return (
    <section className={`panel ${className}`} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {actions && <div className="act">{actions}</div>}
      </header>
      {children}
    </section>
  )
}

/** What to do first, where there is nothing yet. */
export function Empty({ children }: { children: ReactNode }) {
  return (
    <div className="empty">
      <span className="empty-arch" aria-hidden="true" />
      <div>{children}</div>
    </div>
  )
}
