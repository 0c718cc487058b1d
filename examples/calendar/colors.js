/* The colour of a resource, with events or without: its own, else its type's, as the gateway draws its events. */

export const PALETTE = {
  COURT: "#16a34a",
  HOT_DESK: "#3b82f6",
  DEDICATED_DESK: "#4338ca",
  OFFICE: "#7c3aed",
  PARKING_LOT: "#475569",
  ROOM: "#f59e0b",
  STAFF: "#db2777",
};

export const colorOf = ({ color, type }) => color ?? PALETTE[type];
