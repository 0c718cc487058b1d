// The resolvers of Mercurius and Yoga: the roots, and the relations through DataLoaders, made anew for each request.
import DataLoader from 'dataloader'

export const roots = (read) => ({
  Query: {
    bookings: (_, args) => read.bookings(args),
    booking: (_, args) => read.booking(args),
    calendarEvents: (_, args) => read.calendarEvents(args)
  }
})

export const dataLoaders = (read) => () => ({
  resources: new DataLoader(read.resources),
  locations: new DataLoader(read.locations),
  users: new DataLoader(read.users),
  participants: new DataLoader(read.participants)
})

export const relations = {
  Booking: {
    resource: ({ resourceId }, _, { resources }) => resources.load(resourceId),
    participants: ({ id }, _, { participants }) => participants.load(id)
  },
  Resource: { location: ({ locationId }, _, { locations }) => locations.load(locationId) },
  Participant: { user: ({ userId }, _, { users }) => (userId ? users.load(userId) : null) }
}
