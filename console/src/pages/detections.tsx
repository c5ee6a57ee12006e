import { useState } from 'react'
import { type Answer, ask } from '../api/request.ts'
import { usePages } from '../api/use-pages.ts'
import { Curl } from '../ui/curl.tsx'
import { LoadedList } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/page.tsx'
import { PressButton } from '../ui/press-button.tsx'
import { Search } from '../ui/search.tsx'
import { Table } from '../ui/table.tsx'
import { useWords } from '../words/use-words.tsx'

type Detection = Answer<'GET /api/v1/detections'>['items'][number]

interface Props {
  /** With a new one the list is read anew. */
  stamp: number
  /** Of that make alone. */
  make: string | null
  onAnyMake: () => void
}

/** All that was seen, whether a rule minded or not. */
export function Detections({ stamp, make, onAnyMake }: Props) {
  const words = useWords()
  const [category, setCategory] = useState('')
  const request = ask('GET /api/v1/detections', {
    query: { ...(make === null ? {} : { make }), ...(category === '' ? {} : { category }) },
  })
  const detections = usePages(request, { stamp })
  return (
    <Panel
      title={words.alerts.detections}
      actions={
        <>
          {make !== null && (
            <PressButton label={`${make} ×`} name={words.alerts.anyMake(make)} isSmall onPress={onAnyMake} />
          )}
          <Search label={words.alerts.searchCategory} onChange={setCategory} />
          <Curl request={request} />
        </>
      }
    >
      <LoadedList
        of={detections}
        empty={category === '' && make === null ? words.alerts.noDetections : words.common.nothingFound}
      >
        {(items) => <DetectionTable detections={items} />}
      </LoadedList>
    </Panel>
  )
}

function DetectionTable({ detections }: { detections: Detection[] }) {
  const words = useWords()
  return (
    <Table
      label={words.alerts.detections}
      rows={detections}
      keyOf={({ id }) => id}
      columns={[
        { title: words.alerts.model, isHead: true, cell: ({ make, model }) => `${make} ${model}` },
        { title: words.alerts.year, isNumber: true, cell: ({ year }) => year },
        { title: words.alerts.category, isWide: true, cell: ({ category }) => category },
        { title: words.alerts.seen, cell: ({ detected_at }) => <Moment at={detected_at} /> },
      ]}
    />
  )
}
