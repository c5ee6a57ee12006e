import { Suspense, useEffect, useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { usePerson } from '../api/use-session.ts'
import { Failure } from '../ui/failure.tsx'
import { Page } from '../ui/page.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { useWords } from '../words/use-words.tsx'
import { Boundary } from './boundary.tsx'
import { Link } from './link.tsx'
import { Menu } from './menu.tsx'
import { usePath } from './route.ts'
import { viewAt } from './views.ts'

/** The menu beside the page; on a phone, behind a button. */
export function House() {
  const words = useWords()
  const path = usePath()
  const [isMenuOpen, setIsMenuOpen] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a step to another page closes it.
  useEffect(() => setIsMenuOpen(false), [path])
  return (
    <div className="house">
      <a className="skip" href="#content">
        {words.shell.skip}
      </a>
      <header className="side">
        <div className="side-top">
          <Brand />
          <Button className="small menu-button" onPress={() => setIsMenuOpen(true)}>
            {words.shell.menu}
          </Button>
        </div>
        <div className="side-menu">
          <Menu />
        </div>
      </header>
      <Sheet title={words.shell.menu} isOpen={isMenuOpen} onClose={() => setIsMenuOpen(false)}>
        <Menu />
      </Sheet>
      <Room path={path} />
    </div>
  )
}

export function Brand() {
  return (
    <Link className="brand" href="/">
      <img src="/console/logo.svg" alt="" width="30" height="30" />
      Loggia
    </Link>
  )
}

function Room({ path }: { path: string }) {
  const words = useWords()
  const { role } = usePerson()
  const found = viewAt(path)
  if (found === null)
    return (
      <Page title={words.shell.nothingHere}>
        <p>
          <Link href="/">{words.menu.overview}</Link>
        </p>
      </Page>
    )
  const { view, id } = found
  if (view.isForAdmins && role !== 'admin')
    return (
      <Page title={words.shell.adminsOnly}>
        <p>{words.error.forbiddenNext}</p>
      </Page>
    )
  const Shown = view.component
  return (
    <Boundary
      key={path}
      broken={(error) => (
        <Page title={words.error.unexpected}>
          <Failure error={error} />
        </Page>
      )}
    >
      <Suspense
        fallback={
          <main className="page">
            <p className="working">{words.common.loading}</p>
          </main>
        }
      >
        <Shown id={id} />
      </Suspense>
    </Boundary>
  )
}
