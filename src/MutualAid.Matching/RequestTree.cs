using System.Runtime.InteropServices;

namespace MutualAid.Matching;

/// <summary>
/// Requests of one root area, category and urgency by place: a tree of boxes that are halved when they fill (a bucket
/// k-d tree, Bentley 1975). Each node knows the most that a unit below it is worth: an offer sees the few requests that could
/// improve its plan, not the thousands within reach. Grows and shrinks with the requests.
/// </summary>
internal sealed class RequestTree
{
    private const int LeafSize = 8;

    /// <summary>The worth of what is not wanted now, and of nodes without requests.</summary>
    public const long Nothing = long.MinValue;

    private readonly Node root = new(null);

    /// <summary>A leaf's request with its worth beside it: most are passed over without a look at them.</summary>
    internal record struct Entry(WaitingRequest Request, long Worth);

    /// <summary>How much a unit of a request is worth: never more than <see cref="Node.Worth"/> of the nodes above it.</summary>
    internal sealed class Node(Node? parent)
    {
        public Node? Parent => parent;
        public Node? Left;
        public Node? Right;
        public List<Entry> Requests = [];
        public Box Box = new();
        public long Worth = Nothing;
        public int MostUnits;
        public DateTimeOffset Oldest = DateTimeOffset.MaxValue;
        public int Axis;
        public double Middle;
        public bool Stale;
    }

    public void Add(WaitingRequest request)
    {
        var node = root;
        while (true)
        {
            node.Box.Add(request.Point);
            node.Worth = Math.Max(node.Worth, request.Worth);
            node.MostUnits = Math.Max(node.MostUnits, request.Unmet);
            node.Oldest = Earlier(node.Oldest, request.PostedAt);
            if (node.Left is null)
                break;
            node = request.Point.Along(node.Axis) < node.Middle ? node.Left : node.Right!;
        }
        node.Requests.Add(new Entry(request, request.Worth));
        request.Leaf = node;
        if (node.Requests.Count > LeafSize)
            Halve(node);
    }

    public static void Remove(WaitingRequest request)
    {
        var leaf = request.Leaf!;
        leaf.Requests.RemoveAt(leaf.Requests.FindIndex(entry => entry.Request == request));
        request.Leaf = null;
        Outdate(leaf);
    }

    /// <summary>Tells that the worth of something in this leaf has fallen: it is summed up anew before the next search.</summary>
    public static void Outdate(Node leaf)
    {
        for (var node = leaf; node is { Stale: false }; node = node.Parent)
            node.Stale = true;
    }

    /// <summary>Sums up what has changed. Until something changes again, visits may go on at the same time.</summary>
    public void Refresh() => Refresh(root);

    /// <summary>Shows the visitor what may be worth its while, the half that promises more first.</summary>
    public void Visit<TVisitor>(ref TVisitor visitor)
        where TVisitor : IRequestVisitor
    {
        Refresh(root);
        Walk(root, Promise(root, visitor), ref visitor);
    }

    private static void Walk<TVisitor>(Node node, long promise, ref TVisitor visitor)
        where TVisitor : IRequestVisitor
    {
        if (promise <= visitor.Floor)
            return;
        if (node.Left is null)
        {
            foreach (var (request, worth) in node.Requests)
                if (worth != Nothing)
                    visitor.See(request, worth);
            return;
        }
        var (first, second) = (node.Left, node.Right!);
        var (more, less) = (Promise(first, visitor), Promise(second, visitor));
        if (more < less)
            ((first, second), (more, less)) = ((second, first), (less, more));
        Walk(first, more, ref visitor);
        Walk(second, less, ref visitor);
    }

    private static long Promise<TVisitor>(Node node, in TVisitor visitor)
        where TVisitor : IRequestVisitor => node.Worth == Nothing ? Nothing : visitor.Promise(node);

    private static void Refresh(Node node)
    {
        if (!node.Stale)
            return;
        node.Stale = false;
        if (node.Left is null)
        {
            (node.Worth, node.MostUnits, node.Oldest) = (Nothing, 0, DateTimeOffset.MaxValue);
            foreach (ref var entry in CollectionsMarshal.AsSpan(node.Requests))
            {
                var request = entry.Request;
                entry.Worth = request.Worth;
                node.Worth = Math.Max(node.Worth, request.Worth);
                node.MostUnits = Math.Max(node.MostUnits, request.Unmet);
                node.Oldest = Earlier(node.Oldest, request.PostedAt);
            }
            return;
        }
        Refresh(node.Left);
        Refresh(node.Right!);
        node.Worth = Math.Max(node.Left.Worth, node.Right!.Worth);
        node.MostUnits = Math.Max(node.Left.MostUnits, node.Right.MostUnits);
        node.Oldest = Earlier(node.Left.Oldest, node.Right.Oldest);
    }

    private static void Halve(Node node)
    {
        var (axis, middle) = node.Box.Halves();
        // Many of one public place stay together, however many.
        if (
            node.Box.Least == node.Box.Greatest
            || !node.Requests.Exists(entry => entry.Request.Point.Along(axis) < middle)
        )
            return;
        (node.Axis, node.Middle) = (axis, middle);
        (node.Left, node.Right) = (new Node(node), new Node(node));
        foreach (var entry in node.Requests)
        {
            var request = entry.Request;
            var half = request.Point.Along(axis) < middle ? node.Left : node.Right;
            half.Requests.Add(entry);
            half.Box.Add(request.Point);
            half.Worth = Math.Max(half.Worth, request.Worth);
            half.MostUnits = Math.Max(half.MostUnits, request.Unmet);
            half.Oldest = Earlier(half.Oldest, request.PostedAt);
            request.Leaf = half;
        }
        node.Requests = [];
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) =>
        one < other ? one : other;
}

/// <summary>Who looks for requests from a place.</summary>
internal interface IRequestVisitor
{
    /// <summary>What a visit below a node may come to; <see cref="RequestTree.Nothing"/>: to nothing.</summary>
    long Promise(RequestTree.Node node);

    /// <summary>What promises no more is left out.</summary>
    long Floor { get; }

    void See(WaitingRequest request, long worth);
}
