using Microsoft.Playwright;

namespace MutualAid.Browser.Tests;

/// <summary>A hand that has a keyboard only: what Tab does not come to, it cannot use.</summary>
internal static class Keys
{
    private const int Patience = 200;

    public static async Task PressByKey(this IPage page, ILocator button)
    {
        await page.Reach(button);
        await page.GoesOn(() => page.Keyboard.PressAsync("Enter"));
    }

    /// <summary>A link that leads to another part of the same page.</summary>
    public static async Task JumpByKey(this IPage page, ILocator link)
    {
        await page.Reach(link);
        await page.Keyboard.PressAsync("Enter");
    }

    public static async Task TypeByKey(this IPage page, ILocator field, string text)
    {
        await page.Reach(field);
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync(text);
        Assert.Equal(text, await field.InputValueAsync());
    }

    /// <summary>A box is ticked by the space bar; Tab comes to a group of choices once, and arrows go through it.</summary>
    public static async Task TickByKey(this IPage page, ILocator choice)
    {
        string? name = await choice.GetAttributeAsync("name");
        bool one = await choice.GetAttributeAsync("type") == "checkbox";
        await page.Reach(one ? choice : page.Locator($"[name='{name}']"));
        if (one || await choice.EvaluateAsync<bool>("one => one === document.activeElement"))
            await page.Keyboard.PressAsync("Space");
        for (int i = 0; i < 20 && !await choice.IsCheckedAsync(); i++)
            await page.Keyboard.PressAsync("ArrowDown");
        Assert.True(await choice.IsCheckedAsync(), $"{name} cannot be chosen by the arrows");
    }

    public static async Task ChooseByKey(this IPage page, ILocator list, string option)
    {
        await page.Reach(list);
        for (int i = 0; i < 50; i++)
        {
            if (await list.EvaluateAsync<string>("list => list.selectedOptions[0].label") == option)
                return;
            await page.Keyboard.PressAsync("ArrowDown");
        }
        Assert.Fail($"the arrows do not come to {option}");
    }

    // From the top of the page, as somebody does who has just come to it; whatever has the focus must show it.
    private static async Task Reach(this IPage page, ILocator what)
    {
        await what.First.WaitForAsync();
        for (int i = 0; i < Patience; i++)
        {
            if (await what.EvaluateAllAsync<bool>("(all) => all.some(one => one === document.activeElement)"))
            {
                Assert.True(
                    await page.EvaluateAsync<bool>(
                        "() => getComputedStyle(document.activeElement).outlineStyle !== 'none'"
                    ),
                    $"nothing shows that {what} has the focus"
                );
                return;
            }
            await page.Keyboard.PressAsync("Tab");
        }
        Assert.Fail($"Tab does not come to {what}");
    }

    // Until another page is there: the same button may stand on both.
    private static async Task GoesOn(this IPage page, Func<Task> act)
    {
        await page.EvaluateAsync("() => { window.isOld = true }");
        await act();
        for (int i = 0; i < Patience; i++)
        {
            try
            {
                if (
                    await page.EvaluateAsync<bool>(
                        "() => window.isOld === undefined && document.readyState !== 'loading'"
                    )
                )
                    return;
            }
            catch (PlaywrightException)
            {
                // Between two pages there is nobody to ask.
            }
            await Task.Delay(25);
        }
        Assert.Fail("the key led to no other page");
    }
}
