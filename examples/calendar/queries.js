/* The operations of this page. */

export const ME = "query Me { viewer { name } }";

export const PLACES = `
query Places {
  viewer { name scopes }
  locations(first: 50) {
    nodes {
      id
      name
      timezone
      organization { id name }
      resources(first: 100) {
        nodes {
          id
          name
          type
          capacity
          color
          hasSchedule
          bookingStepMinutes
          minDurationMinutes
          maxDurationMinutes
        }
      }
    }
  }
}`;

export const CALENDAR = `
query Calendar($resourceIds: [ID!]!, $startDate: DateTime!, $endDate: DateTime!, $timezone: TimeZone!) {
  calendarEvents(
    resourceIds: $resourceIds
    startDate: $startDate
    endDate: $endDate
    timezone: $timezone
    excludeChildResources: true
  ) {
    events {
      id
      type
      startDate
      endDate
      localStart
      localEnd
      resource { id }
      quota
      occupancy
      displayLabel
      customers { id firstName lastName }
      bookings { id status seats }
      colorMap { bg text }
      ... on BookingCountEvent { bookingCount }
    }
  }
}`;

const REFUSAL = `
    ... on UserError { code message path }
    ... on InvalidInput { issues { message path } }
    ... on BookingOverlap { conflicts { startDate endDate } }`;

export const RESERVE = `
mutation Reserve($input: ReserveBookingInput!) {
  result: reserveBooking(input: $input) {
    ... on ReserveBookingSuccess { reservationToken booking { status } }${REFUSAL}
  }
}`;

export const CONFIRM = `
mutation Confirm($input: ConfirmReservationInput!) {
  result: confirmReservation(input: $input) {
    ... on ConfirmReservationSuccess { booking { id } }${REFUSAL}
  }
}`;

export const RELEASE = `
mutation Release($input: ReleaseReservationInput!) {
  result: releaseReservation(input: $input) {
    ... on UserError { code }
  }
}`;
