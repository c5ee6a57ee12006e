import type { Migrations } from '../../platform/database/index.ts'

/** In whole milliseconds, and for times before 1970 too, where a bare remainder is negative. */
const startOf = (ms: number) => `detected_at - ((detected_at % ${ms}) + ${ms}) % ${ms}`
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

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
  '002_by_time': (type) => [
    'create index detections_time on detections (detected_at, id)',
    'create index detections_make_time on detections (make_key, detected_at, id)',
    `alter table detection_categories add column detected_at ${type.time} not null default 0`,
    `update detection_categories
      set detected_at = (select detected_at from detections where id = detection_id)`,
    'create index detection_categories_time on detection_categories (part_key, detected_at, detection_id)',
    `create table detection_counts (
      span text not null check (span in ('all', 'day', 'hour')),
      what text not null check (what in ('make', 'category')),
      start ${type.time} not null,
      name ${type.sortedText} not null,
      count ${type.ref} not null,
      primary key (span, what, start, name)
    ) ${type.table}`,
    `create table detection_uncounted (detection_id ${type.ref} primary key) ${type.table}`,
    ...[
      ['all', '0'],
      ['day', startOf(DAY_MS)],
      ['hour', startOf(HOUR_MS)],
    ].flatMap(([span, start]) => [
      `insert into detection_counts (span, what, start, name, count)
        select '${span}', 'make', ${start}, make, count(*) from detections group by 3, 4`,
      `insert into detection_counts (span, what, start, name, count)
        select '${span}', 'category', ${start}, part_key, count(*) from detection_categories group by 3, 4`,
    ]),
    'drop table detection_makes',
  ],
}
