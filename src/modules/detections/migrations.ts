import type { Migrations } from '../../platform/database/index.ts'

export const migrations: Migrations = {
  '001_detections': (type) => [
    `create table detections (
      id ${type.id},
      year ${type.ref} not null check (year between 1885 and 2100),
      make text not null,
      make_key text not null,
      model text not null,
      category text not null,
      source_id text unique,
      detected_at ${type.time} not null
    ) ${type.table}`,
    'create index detections_make on detections (make_key, id)',
    `create table detection_makes (make ${type.sortedText} primary key, count ${type.ref} not null) ${type.table}`,
    `create table detection_categories (
      part_key text not null,
      detection_id ${type.ref} not null,
      primary key (part_key, detection_id)
    ) ${type.table}`,
  ],
}
