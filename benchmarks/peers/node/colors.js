// The background of a resource, its own or its type's, and the text that is best read on it.
const PALETTE = {
  COURT: '#16a34a',
  HOT_DESK: '#3b82f6',
  DEDICATED_DESK: '#4338ca',
  OFFICE: '#7c3aed',
  PARKING_LOT: '#475569',
  ROOM: '#f59e0b',
  STAFF: '#db2777'
}
const known = new Map()

export function colorMap ({ type, color }) {
  const bg = /^#[0-9a-fA-F]{6}$/.test(color) ? color : PALETTE[type]
  if (!known.has(bg)) known.set(bg, { bg, text: contrast('#000000', bg) >= contrast('#ffffff', bg) ? '#000000' : '#ffffff' })
  return known.get(bg)
}

function contrast (one, other) {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance (color) {
  const [red, green, blue] = [1, 3, 5].map((place) => linear(parseInt(color.slice(place, place + 2), 16) / 255))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const linear = (channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4)
