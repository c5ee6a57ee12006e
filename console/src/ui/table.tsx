import type { ReactNode } from 'react'

export interface Column<T> {
  title: string
  cell: (row: T) => ReactNode
  /** Numbers stand at the end of their column. */
  isNumber?: boolean
  /** Names the row; on a phone it heads the row's card. */
  isHead?: boolean
  /** Buttons: without a title to read. */
  isAct?: boolean
  /** Takes the room that others leave, and breaks its lines. */
  isWide?: boolean
}

interface Props<T> {
  label: string
  rows: T[]
  columns: Column<T>[]
  keyOf: (row: T) => string | number
}

/** A table that becomes a list of cards where it is narrow. */
export function Table<T>({ label, rows, columns, keyOf }: Props<T>) {
  return (
    <table className="table" aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ title, isNumber, isAct }) => (
            <th key={title} scope="col" className={isNumber ? 'number' : ''}>
              {isAct ? <span className="unseen">{title}</span> : title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map((column) => (
              <Cell key={column.title} column={column} row={row} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Cell<T>({ column, row }: { column: Column<T>; row: T }) {
  const { title, cell, isNumber, isHead, isAct, isWide } = column
  if (isHead)
    return (
      <th scope="row" className="head">
        {cell(row)}
      </th>
    )
  const className = isAct ? 'acts' : isNumber ? 'number' : isWide ? 'wide' : ''
  return (
    <td className={className} data-title={isAct ? undefined : title}>
      <div>{cell(row)}</div>
    </td>
  )
}
