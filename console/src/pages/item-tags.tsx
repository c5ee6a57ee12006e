import { ToggleButton } from 'react-aria-components/ToggleButton'
import { type Answer, ask } from '../api/request.ts'
import { call } from '../api/session.ts'
import { Curl } from '../ui/curl.tsx'
import { showFailure } from '../ui/passing-failure.ts'

type Item = Answer<'GET /api/v1/items/{id}'>

interface Props {
  item: Item
  /** All of the store. */
  tags: Item['tags']
  reload: () => Promise<void>
}

/** Each tag of the store, pressed where it is on the item. */
export function ItemTags({ item, tags, reload }: Props) {
  const held = new Set(item.tags.map(({ id }) => id))
  function turn(tagId: number, isOn: boolean) {
    const input = { params: { id: item.id, tag_id: tagId } }
    return isOn
      ? ask('PUT /api/v1/items/{id}/tags/{tag_id}', input)
      : ask('DELETE /api/v1/items/{id}/tags/{tag_id}', input)
  }
  return (
    <span className="tags">
      {tags.map(({ id, name }) => (
        <ToggleButton
          key={id}
          className="tag"
          aria-label={`${name}: ${item.name}`}
          isSelected={held.has(id)}
          onChange={(isOn) => call(turn(id, isOn)).then(reload).catch(showFailure)}
        >
          {name}
        </ToggleButton>
      ))}
      {tags[0] && <Curl request={turn(tags[0].id, !held.has(tags[0].id))} />}
    </span>
  )
}
