-- What every script of a queue begins with. A script runs alone and whole: nobody sees a message between two places.
--
-- A message is its entry in the stream, until it is dead. Beside the stream stand:
--   notes     what a message that was read once carries: deliveries, reason, the token and end of its lease (hash, JSON)
--   aside     the fields of messages that were dead once; their entries are no longer in the stream (hash, JSON)
--   due       when leases and delays end (sorted set by time)
--   leased, delayed, returned, dead   who is in that state, by age (sorted sets by name)
--   dedup     dedup id to message id (hash)
--   expiring  when the time to live ends of those that nobody received yet (sorted set by time)
--   wake      says that waiting messages came from elsewhere than the end of the stream (stream of one entry)
-- Messages that wait are those in `returned`, then those after the group's last delivered entry. Whatever returns was
-- read before any entry that nobody has read yet, so this order is that of their age.
local stream, notes, aside, due, leased, delayed, returned, dead, dedup, expiring, wake = unpack(KEYS)

local GROUP = 'loggia'
-- Leases and delays that one call takes back; more follow with the next call.
local RETURNED_MAX = 500
local WAKE_KEPT_MS = 60000

-- An id as text whose order is that of age.
local function sortable(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  return string.rep('0', 20 - #ms) .. ms .. '-' .. string.rep('0', 20 - #seq) .. seq
end

local function idOf(sorted)
  local ms, seq = string.match(sorted, '^0*(%d+)-0*(%d+)$')
  return ms .. '-' .. seq
end

local function noteOf(id)
  local note = redis.call('HGET', notes, id)
  return note and cjson.decode(note)
end

local function keepNote(id, note)
  redis.call('HSET', notes, id, cjson.encode(note))
end

-- The fields of a message, wherever they stand: name, value, name, value. Nothing when a foreign program trimmed it away.
local function fieldsOf(id)
  local kept = redis.call('HGET', aside, id)
  if kept then return cjson.decode(kept) end
  local entry = redis.call('XRANGE', stream, id, id)[1]
  return entry and entry[2]
end

local function valueOf(fields, name)
  for i = 1, #fields, 2 do
    if fields[i] == name then return fields[i + 1] end
  end
end

-- Whatever a foreign program wrote there: a time or nothing.
local function timeOf(fields, name)
  local text = valueOf(fields, name)
  return text and #text < 16 and string.find(text, '^%d+$') and tonumber(text)
end

-- A foreign producer does not say when; its entry's id does, up to the last millisecond that a date can be.
local function pushedAt(id, fields)
  return timeOf(fields, 'loggia:at') or math.min(tonumber(string.match(id, '^%d+')), 8.64e15)
end

-- Most work is done on many messages at once, for a command costs more than what it does. `messages` are pairs of id and
-- note.
local function leaseUntil(messages, time)
  if #messages == 0 then return end
  local kept, ages, ends = {}, {}, {}
  for i, message in ipairs(messages) do
    local id, note = message[1], message[2]
    local sorted = sortable(id)
    note.due = time
    kept[2 * i - 1], kept[2 * i] = id, cjson.encode(note)
    ages[2 * i - 1], ages[2 * i] = 0, sorted
    ends[2 * i - 1], ends[2 * i] = time, sorted
  end
  redis.call('HSET', notes, unpack(kept))
  redis.call('ZADD', leased, unpack(ages))
  redis.call('ZADD', due, unpack(ends))
end

local function endLeases(messages)
  if #messages == 0 then return end
  local sorted = {}
  for i, message in ipairs(messages) do sorted[i] = sortable(message[1]) end
  redis.call('ZREM', leased, unpack(sorted))
  redis.call('ZREM', due, unpack(sorted))
end

local function forget(messages)
  if #messages == 0 then return end
  local ids = {}
  for i, message in ipairs(messages) do
    local id, dedupId = message[1], message[2].dedup
    ids[i] = id
    if dedupId and redis.call('HGET', dedup, dedupId) == id then redis.call('HDEL', dedup, dedupId) end
  end
  redis.call('XACK', stream, GROUP, unpack(ids))
  if redis.call('XDEL', stream, unpack(ids)) < #ids then redis.call('HDEL', aside, unpack(ids)) end
  redis.call('HDEL', notes, unpack(ids))
end

local function delayUntil(id, note, time)
  note.token = nil
  note.due = time
  keepNote(id, note)
  redis.call('ZADD', delayed, 0, sortable(id))
  redis.call('ZADD', due, time, sortable(id))
end

local function endDelay(id)
  redis.call('ZREM', delayed, sortable(id))
  redis.call('ZREM', due, sortable(id))
end

local function putBack(id, note)
  note.token = nil
  note.due = nil
  keepNote(id, note)
  redis.call('ZADD', returned, 0, sortable(id))
end

-- Dead messages are kept for long, so they must not keep the stream's blocks of a hundred entries in memory.
local function bury(id, note)
  local fields = fieldsOf(id)
  if not fields then return forget({ { id, note } }) end
  redis.call('HSET', aside, id, cjson.encode(fields))
  redis.call('XACK', stream, GROUP, id)
  redis.call('XDEL', stream, id)
  note.token = nil
  note.due = nil
  keepNote(id, note)
  redis.call('ZADD', dead, 0, sortable(id))
end

-- Leases that ran out and delays that are over: these wait again, at the place that their age gives them. Returns how many.
local function returnDue(now)
  local over = redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, RETURNED_MAX)
  for _, sorted in ipairs(over) do
    local id = idOf(sorted)
    local note = noteOf(id)
    redis.call('ZREM', due, sorted)
    redis.call('ZREM', leased, sorted)
    redis.call('ZREM', delayed, sorted)
    -- Without a note it is a delayed message that nobody has come to yet: it keeps its place in the stream.
    if note then putBack(id, note) end
  end
  return #over
end

-- What nobody received in its time to live, `max` messages at most. Returns how many.
local function clearExpired(now, max)
  local over = redis.call('ZRANGEBYSCORE', expiring, '-inf', now, 'LIMIT', 0, max)
  local gone = {}
  for i, sorted in ipairs(over) do
    local id = idOf(sorted)
    gone[i] = { id, noteOf(id) or { dedup = valueOf(fieldsOf(id) or {}, 'loggia:dedup') } }
    endDelay(id)
  end
  if #over == 0 then return 0 end
  redis.call('ZREM', expiring, unpack(over))
  redis.call('ZREM', returned, unpack(over))
  forget(gone)
  return #over
end

-- ARGV from `first` on: id and token of each receipt. Returns the messages whose lease holds, and the places of the other
-- receipts.
local function leasedBy(first, now)
  local held, stale, seen = {}, {}, {}
  for i = first, #ARGV, 2 do
    local id = ARGV[i]
    local note = not seen[id] and noteOf(id)
    if note and note.token == ARGV[i + 1] and note.due > now then
      held[#held + 1] = { id, note }
      seen[id] = true
    else
      stale[#stale + 1] = (i - first) / 2
    end
  end
  return held, stale
end

-- The last entry that the group has read.
local function lastDelivered()
  local groups = redis.pcall('XINFO', 'GROUPS', stream)
  for _, group in ipairs(groups.err and {} or groups) do
    if valueOf(group, 'name') == GROUP then return valueOf(group, 'last-delivered-id') end
  end
  return '0-0'
end

local function lastOf(key)
  local entry = redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)[1]
  return entry and entry[1] or '0-0'
end

local function wakeWaiting()
  redis.call('XADD', wake, 'MAXLEN', 1, '*', 'look', 'again')
  redis.call('PEXPIRE', wake, WAKE_KEPT_MS)
end
