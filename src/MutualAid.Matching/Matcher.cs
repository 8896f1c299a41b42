namespace MutualAid.Matching;

/// <summary>Plans a round.</summary>
public static class Matcher
{
    /// <summary>
    /// Shortest edge first: urgent requests before soon before routine; within one urgency the nearest pair first, then the
    /// giver who carried less, then the request that waits longest. An urgent request is asked of several givers, but gets
    /// its second only when every other has had the chance of a first. The plan is maximal: no listed pair could be added.
    /// </summary>
    /// <remarks>O(n log n) in the pairs, for the sort. The same instance always gives the same plan.</remarks>
    public static Plan Solve(Instance instance, MatchingOptions options)
    {
        instance.Validate();
        var trips = new Trips(instance, options);
        int[] order = Order(instance);
        var (requests, pairs) = (instance.Requests, instance.Pairs);

        for (int start = 0, end; start < order.Length; start = end)
        {
            int urgency = requests.Urgency[pairs.Request[order[start]]];
            end = start;
            while (end < order.Length && requests.Urgency[pairs.Request[order[end]]] == urgency)
                end++;
            FillOneUrgency(order.AsSpan(start, end - start), pairs, requests.Count, trips);
        }
        return new Plan(trips.Planned);
    }

    // In each pass a request is asked of one more giver; a pair that does not fit will never fit again and is dropped.
    private static void FillOneUrgency(Span<int> order, Pairs pairs, int requestCount, Trips trips)
    {
        int[] askedInPass = new int[requestCount];
        for (int pass = 1; order.Length > 0; pass++)
        {
            int left = 0;
            foreach (int pair in order)
            {
                int request = pairs.Request[pair];
                if (askedInPass[request] == pass)
                {
                    order[left++] = pair;
                    continue;
                }
                int units = trips.Fits(request, pairs.Offer[pair]);
                if (units == 0)
                    continue;
                trips.Add(request, pairs.Offer[pair], units, pairs.Metres[pair]);
                askedInPass[request] = pass;
            }
            order = order[..left];
        }
    }

    private static int[] Order(Instance instance)
    {
        var (requests, offers, givers, pairs) = (
            instance.Requests,
            instance.Offers,
            instance.Givers,
            instance.Pairs
        );
        int[] order = [.. Enumerable.Range(0, pairs.Count)];
        Array.Sort(
            order,
            (a, b) =>
            {
                var (requestA, requestB) = (pairs.Request[a], pairs.Request[b]);
                var (offerA, offerB) = (pairs.Offer[a], pairs.Offer[b]);
                int by = requests.Urgency[requestB].CompareTo(requests.Urgency[requestA]);
                if (by == 0)
                    by = pairs.Metres[a].CompareTo(pairs.Metres[b]);
                if (by == 0)
                    by = givers.Load[offers.Giver[offerA]].CompareTo(givers.Load[offers.Giver[offerB]]);
                if (by == 0)
                    by = requests.AgeSeconds[requestB].CompareTo(requests.AgeSeconds[requestA]);
                if (by == 0)
                    by = requestA.CompareTo(requestB);
                return by == 0 ? offerA.CompareTo(offerB) : by;
            }
        );
        return order;
    }
}
