import type { ReactNode } from 'react'
import type { Pages } from '../api/use-pages.ts'
import type { Loading } from '../api/use-reading.ts'
import { useWords } from '../words/use-words.tsx'
import { Act } from './act.tsx'
import { Failure } from './failure.tsx'
import { Empty } from './page.tsx'

/** Working, failed with another try, or there. What came before stays while a later try fails. */
export function Loaded<T>({ of, children }: { of: Loading<T>; children: (data: T) => ReactNode }) {
  const words = useWords()
  return (
    <>
      {of.error && <Failure error={of.error} retry={of.reload} />}
      {of.data !== undefined && children(of.data)}
      {of.data === undefined && !of.error && (
        <p className="working" role="status">
          {words.common.loading}
        </p>
      )}
    </>
  )
}

interface ListProps<T> {
  of: Pages<T>
  empty: ReactNode
  children: (items: T[]) => ReactNode
}

/** The same for a list, with its empty state and its next page. */
export function LoadedList<T>({ of, empty, children }: ListProps<T>) {
  const words = useWords()
  return (
    <Loaded of={of}>
      {(items) =>
        items.length === 0 ? (
          <Empty>{empty}</Empty>
        ) : (
          <>
            {children(items)}
            {of.more && (
              <p className="more">
                <Act label={words.common.more} work={of.more} isSmall />
              </p>
            )}
          </>
        )
      }
    </Loaded>
  )
}
