import { Switch } from 'react-aria-components/Switch'
import { ask } from '../api/request.ts'
import { session } from '../api/session.ts'
import { usePerson } from '../api/use-session.ts'
import { Act } from '../ui/act.tsx'
import { Icon } from '../ui/icon.tsx'
import { useWords } from '../words/use-words.tsx'
import { Link } from './link.tsx'
import { PreferenceBar } from './preference-bar.tsx'
import { prefer, usePreferences } from './preferences.ts'
import { usePath } from './route.ts'
import { VIEWS } from './views.ts'

export function Menu() {
  const words = useWords()
  const path = usePath()
  const { role } = usePerson()
  const { showsCurl } = usePreferences()
  const entries = VIEWS.filter(({ isForAdmins }) => !isForAdmins || role === 'admin')
  return (
    <>
      <nav aria-label={words.shell.menu} className="menu">
        <ul>
          {entries.map(
            ({ path: href, menu }) =>
              menu && (
                <li key={href}>
                  <Link href={href} aria-current={isIn(path, href) ? 'page' : undefined}>
                    <Icon name={menu} />
                    {words.menu[menu]}
                  </Link>
                </li>
              ),
          )}
        </ul>
      </nav>
      <div className="side-foot">
        <Switch
          className="switch"
          isSelected={showsCurl}
          onChange={(isSelected) => prefer({ showsCurl: isSelected })}
        >
          <span className="track" aria-hidden="true" />
          {words.curl.toggle}
        </Switch>
        <PreferenceBar />
        <p className="side-links">
          <a href="/docs">{words.session.reference}</a>
        </p>
        <Who />
      </div>
    </>
  )
}

function Who() {
  const words = useWords()
  const { username, role } = usePerson()
  return (
    <div className="who">
      <span className="initial" aria-hidden="true">
        {[...username][0]}
      </span>
      <div>
        <strong>{username}</strong>
        <span className="about">{words.roles[role]}</span>
      </div>
      <Act
        label={words.session.signOut}
        icon="leave"
        isSmall
        request={ask('POST /api/v1/auth/logout', {})}
        work={session.signOut}
      />
    </div>
  )
}

function isIn(path: string, href: string): boolean {
  return path === href || (href !== '/' && path.startsWith(`${href}/`))
}
