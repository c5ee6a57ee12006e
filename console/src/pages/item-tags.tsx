import { ToggleButton } from 'react-aria-components/ToggleButton'
import { type Answer, ask } from '../api/request.ts'
import { call } from '../api/session.ts'
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
  const params = (tagId: number) => ({ params: { id: item.id, tag_id: tagId } })
  return (
    <span className="tags">
      {tags.map(({ id, name }) => (
        <ToggleButton
          key={id}
          className="tag"
          aria-label={`${name}: ${item.name}`}
          isSelected={held.has(id)}
          onChange={(isOn) =>
            call(
              isOn
                ? ask('PUT /api/v1/items/{id}/tags/{tag_id}', params(id))
                : ask('DELETE /api/v1/items/{id}/tags/{tag_id}', params(id)),
            )
              .then(reload)
              .catch(showFailure)
          }
        >
          {name}
        </ToggleButton>
      ))}
    </span>
  )
}
