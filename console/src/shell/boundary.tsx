import { Component, type ReactNode } from 'react'

interface Props {
  broken: (error: Error) => ReactNode
  children: ReactNode
}

/** A page that breaks leaves the menu standing. React knows no other way to say this than a class. */
export class Boundary extends Component<Props, { error: Error | null }> {
  override state: { error: Error | null } = { error: null }

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  override render() {
    return this.state.error === null ? this.props.children : this.props.broken(this.state.error)
  }
}
