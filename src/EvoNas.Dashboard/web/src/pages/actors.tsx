import { Empty } from '../ui'
export function Actors() {
  return <Empty title="Actors" />
}
