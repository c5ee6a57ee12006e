-- What every script of a queue begins with. A script runs alone and whole: nobody sees a message between two places.
--
-- A message is its entry in the stream, until it is dead. Beside the stream stand:
--   notes     what a message that was read once carries: deliveries, reason, the token and end of its lease (hash, JSON)
--   aside     the fields of messages that were dead once; their entries are no longer in the stream (hash, JSON)
--   due       when leases and delays end (sorted set by time)
--   leased, delayed, returned, dead   who is in that state, by age (sorted sets by name)
--   dedup     dedup id to message id (hash)
--   wake      says that waiting messages came from elsewhere than the end of the stream (stream of one entry)
-- Messages that wait are those in `returned`, then those after the group's last delivered entry. Whatever returns was
-- read before any entry that nobody has read yet, so this order is that of their age.
local stream, notes, aside, due, leased, delayed, returned, dead, dedup, wake = unpack(KEYS)

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

local function numberOf(fields, name)
  return tonumber(valueOf(fields, name) or '')
end

-- A foreign producer does not say when; its entry's id does.
local function pushedAt(id, fields)
  return numberOf(fields, 'loggia:at') or tonumber(string.match(id, '^%d+'))
end

local function holdUntil(state, id, note, time)
  note.due = time
  keepNote(id, note)
  redis.call('ZADD', state, 0, sortable(id))
  redis.call('ZADD', due, time, sortable(id))
end

local function letGo(id)
  local sorted = sortable(id)
  redis.call('ZREM', due, sorted)
  redis.call('ZREM', leased, sorted)
  redis.call('ZREM', delayed, sorted)
end

local function leaseUntil(id, note, time, token)
  note.token = token
  holdUntil(leased, id, note, time)
end

local function delayUntil(id, note, time)
  note.token = nil
  holdUntil(delayed, id, note, time)
end

local function putBack(id, note)
  note.token = nil
  note.due = nil
  keepNote(id, note)
  redis.call('ZADD', returned, 0, sortable(id))
end

local function forget(id, dedupId)
  redis.call('XACK', stream, GROUP, id)
  if redis.call('XDEL', stream, id) == 0 then redis.call('HDEL', aside, id) end
  redis.call('HDEL', notes, id)
  if dedupId and redis.call('HGET', dedup, dedupId) == id then redis.call('HDEL', dedup, dedupId) end
end

-- Dead messages are kept for long, so they must not keep the stream's blocks of a hundred entries in memory.
local function bury(id, note, reason)
  local fields = fieldsOf(id)
  if not fields then return forget(id, note.dedup) end
  redis.call('HSET', aside, id, cjson.encode(fields))
  redis.call('XACK', stream, GROUP, id)
  redis.call('XDEL', stream, id)
  note.token = nil
  note.due = nil
  note.reason = reason
  keepNote(id, note)
  redis.call('ZADD', dead, 0, sortable(id))
end

-- Leases that ran out and delays that are over: these wait again, at the place that their age gives them. Returns how many.
local function returnDue(now)
  local over = redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, RETURNED_MAX)
  for _, sorted in ipairs(over) do
    local id = idOf(sorted)
    local note = noteOf(id)
    letGo(id)
    -- Without a note it is a delayed message that nobody has come to yet: it keeps its place in the stream.
    if note then putBack(id, note) end
  end
  return #over
end

-- ARGV from `first` on: id and token of each receipt. Does it for those whose lease holds; returns the places of the others.
local function settle(first, now, one)
  local stale = {}
  for i = first, #ARGV, 2 do
    local id = ARGV[i]
    local note = noteOf(id)
    if note and note.token == ARGV[i + 1] and note.due > now then
      one(id, note)
    else
      stale[#stale + 1] = (i - first) / 2
    end
  end
  return stale
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
