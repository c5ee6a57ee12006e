import type { AnchorHTMLAttributes, MouseEvent } from 'react'
import { navigate } from './route.ts'

/** A link within the console. With a modifier key the browser does what it always does. */
export function Link({ href, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  function follow(event: MouseEvent) {
    rest.onClick?.(event as MouseEvent<HTMLAnchorElement>)
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    navigate(href)
  }
  return <a {...rest} href={href} onClick={follow} />
}
