// The statements of the Node peers, over Bookgate's own tables and indexes. Each is prepared once: keys travel as one
// parameter, and what overlaps an instant is read by two short index ranges, as Bookgate reads it.

const dialects = {
  sqlite: { among: (column, keys) => `${column} IN (SELECT value FROM json_each(${keys}))`, long: 'long = 1', time: (column) => column },
  postgresql: {
    among: (column, keys) => `${column} = ANY (${keys})`,
    long: 'long',
    time: (column) => `CAST(EXTRACT(EPOCH FROM ${column}) * 1000 AS double precision)`
  }
}

const booking = `id, status, title, seats, start_date AS "startDate", end_date AS "endDate", resource_id AS "resourceId"`
const listed = `deleted_at IS NULL AND status NOT IN ('RESERVED', 'EXPIRED')`

export function statements (name) {
  const { among, long, time } = dialects[name]
  const overlapping = (columns, conditions) => `
    SELECT ${columns} FROM bookings
    WHERE ${conditions} AND NOT long AND start_date >= :earliest AND start_date < :to AND end_date > :from
    UNION ALL
    SELECT ${columns} FROM bookings
    WHERE ${conditions} AND ${long} AND start_date < :to AND end_date > :from`
  const ofResources = among('resource_id', ':keys')

  return {
    page: `
      SELECT ${booking} FROM bookings
      WHERE organization_id = :organization AND start_date >= :from AND ${listed}
      ORDER BY start_date, id LIMIT :limit`,
    week: `
      SELECT * FROM (${overlapping(booking, `${ofResources} AND ${listed}`)}) AS found
      ORDER BY "startDate", id LIMIT :limit`,
    booking: `SELECT ${booking} FROM bookings WHERE id = :id AND deleted_at IS NULL`,
    resources: `SELECT id, name, type, location_id AS "locationId" FROM resources WHERE ${among('id', ':keys')}`,
    locations: `SELECT id, name, timezone FROM locations WHERE ${among('id', ':keys')}`,
    users: `SELECT id, name, surname FROM users WHERE ${among('id', ':keys')}`,
    participants: `
      SELECT booking_id AS "bookingId", id, email, user_id AS "userId" FROM participants
      WHERE ${among('booking_id', ':keys')} ORDER BY booking_id, position`,

    calendarResources: `
      WITH RECURSIVE tree (id) AS (
        SELECT id FROM resources WHERE ${among('id', ':keys')}
        UNION SELECT child.id FROM resources AS child JOIN tree ON child.parent_id = tree.id
      )
      SELECT r.id, r.name, r.type, r.capacity, r.color, r.location_id AS "locationId", l.timezone, s.rules
      FROM resources AS r
      JOIN locations AS l ON l.id = r.location_id
      LEFT JOIN schedules AS s ON s.resource_id = r.id
      WHERE r.id IN (SELECT id FROM tree) ORDER BY r.name, r.id LIMIT 201`,
    calendarBookings: overlapping(
      `id, resource_id AS "resourceId", status, title, seats, ${time('start_date')} AS "start",
       ${time('end_date')} AS "end", ${time('expires_at')} AS "expires"`,
      `${ofResources} AND active`
    ),
    blockers: `
      SELECT resource_id AS "resourceId", title, ${time('start_date')} AS "start", ${time('end_date')} AS "end"
      FROM blockers WHERE ${ofResources} AND start_date < :to AND end_date > :from`,
    customers: `
      SELECT p.booking_id AS "bookingId", p.id, u.name AS "firstName", u.surname AS "lastName"
      FROM participants AS p LEFT JOIN users AS u ON u.id = p.user_id
      WHERE ${among('p.booking_id', ':keys')} ORDER BY p.booking_id, p.position`,
    owners: `
      SELECT b.id AS "bookingId", u.name AS "firstName", u.surname AS "lastName"
      FROM bookings AS b JOIN users AS u ON u.id = b.owner_id WHERE ${among('b.id', ':keys')}`
  }
}
